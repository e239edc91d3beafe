/* Writes down, in one file, what every process does to the files under some folders, so that the disk can be rebuilt as
 * it was at any moment. Loaded with LD_PRELOAD; powercut.py compiles it and reads what it wrote.
 *
 * What the order of the records promises, between threads and processes too:
 *   - a write or a change of size is noted after it succeeded, with the bytes that really went in;
 *   - a sync is noted when it begins and again when it returned 0: it covers what was noted before it began;
 *   - a name is taken away or changed after that was noted, because the inode's number may be given to another file at
 *     once; if it fails, a second record takes the first back. A file or a folder is made before that is noted;
 *   - an acknowledgement (a write to descriptor 1 that begins with "ACK ") is noted before it is written.
 *
 * Nothing is remembered of a descriptor: the kernel is asked each time which file it is. So dup, fork, exec,
 * descriptors passed on and renamed files need no care. Not seen: mmap, stdio, io_uring, direct system calls and
 * programs linked statically. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAGIC 0x31435750u /* "PWC1" */
#define MOST_ROOTS 16
#define MOST_PARTS (IOV_MAX - 2) /* the header and the path go in front */
#define LOG_DESCRIPTOR 900       /* out of the way of programs that count theirs */
#define LONGEST (PATH_MAX + NAME_MAX + 2)

/* Known to powercut.py by these numbers. */
enum kind {
    ROOTS = 1, OPENED, EMPTIED, WRITTEN, RESIZED, SYNC_BEGAN, SYNCED, UNLINKED, RENAMED, LINKED, FOLDER, ACKED, FAILED
};

struct header {
    uint32_t magic, kind;
    int32_t thread;
    uint32_t mode;
    uint64_t device, inode;
    int64_t number; /* an offset or a size */
    uint32_t path_length, data_length;
};

struct file {
    struct stat stat;
    char path[LONGEST];
};

#define REAL(name) \
    ({ \
        static __typeof__(&name) real; \
        if (!real) \
            real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
        real; \
    })

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t stream_lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char *roots[MOST_ROOTS];
static size_t root_count;

/* ---- the log ---------------------------------------------------------------------------------------------------- */

/* A log with a hole would prove things that are not so. */
static void give_up(const char *why)
{
    dprintf(2, "powercut shim: %s: %s\n", why, strerror(errno));
    abort();
}

static void open_log(void)
{
    const char *path = getenv("POWERCUT_LOG");
    int fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        give_up("POWERCUT_LOG cannot be opened");
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, LOG_DESCRIPTOR);
    if (log_fd < 0)
        log_fd = fd;
    else
        syscall(SYS_close, fd);
}

static void append(struct iovec *parts, int count, size_t size)
{
    ssize_t done = syscall(SYS_writev, log_fd, parts, count);
    if (done < 0 && errno == EBADF) { /* a daemon closed all it did not know */
        open_log();
        done = syscall(SYS_writev, log_fd, parts, count);
    }
    if (done != (ssize_t)size)
        give_up("the log cannot be written");
}

/* One record, by one write. `parts` may be longer than `size`: no more than `size` bytes of it are noted. */
static void note(enum kind kind, const struct file *file, int64_t number, const char *path, const struct iovec *parts,
                 int count, size_t size)
{
    int saved = errno;
    struct header header = {.magic = MAGIC, .kind = kind, .thread = gettid(), .number = number,
                            .path_length = path ? strlen(path) : 0, .data_length = size};
    if (file) {
        header.mode = file->stat.st_mode;
        header.device = file->stat.st_dev;
        header.inode = file->stat.st_ino;
    }
    struct iovec all[IOV_MAX];
    all[0] = (struct iovec){&header, sizeof header};
    all[1] = (struct iovec){(void *)path, header.path_length};
    int used = 2;
    for (size_t left = size; count > 0 && left > 0; parts++, count--) {
        size_t here = parts->iov_len < left ? parts->iov_len : left;
        all[used++] = (struct iovec){parts->iov_base, here};
        left -= here;
    }
    append(all, used, sizeof header + header.path_length + size);
    errno = saved;
}

static void note_text(enum kind kind, const char *path, const char *text)
{
    struct iovec part = {(void *)text, strlen(text)};
    note(kind, NULL, 0, path, &part, 1, part.iov_len);
}

static void note_failure(void) { note(FAILED, NULL, 0, NULL, NULL, 0, 0); }

static void lock_stream(void) { pthread_mutex_lock(&stream_lock); }
static void unlock_stream(void) { pthread_mutex_unlock(&stream_lock); }

static void start(void)
{
    const char *given = getenv("POWERCUT_ROOT");
    char *rest = given ? strdup(given) : NULL, *root;
    while (rest && (root = strsep(&rest, ":")) && root_count < MOST_ROOTS)
        if (*root)
            roots[root_count++] = root;
    if (!root_count)
        return;
    pthread_atfork(lock_stream, unlock_stream, unlock_stream);
    open_log();
    note_text(ROOTS, NULL, given);
}

/* ---- which file ------------------------------------------------------------------------------------------------- */

static bool watched(const char *path)
{
    size_t length = strlen(path);
    if (length > 4 && !strcmp(path + length - 4, "-shm")) /* SQLite's, in memory, made anew after a crash */
        return false;
    for (size_t i = 0; i < root_count; i++) {
        size_t root = strlen(roots[i]);
        if (!strncmp(path, roots[i], root) && path[root] == '/')
            return true;
    }
    return false;
}

static bool path_of(int fd, char *path)
{
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0)
        return false;
    path[length] = '\0';
    return true;
}

/* Is it of this type, under a root, and has it still a name? */
static bool locate_type(int fd, struct file *file, mode_t type)
{
    int saved = errno;
    pthread_once(&once, start);
    bool found = root_count && fd >= 0 && !fstat(fd, &file->stat) && (file->stat.st_mode & S_IFMT) == type &&
                 file->stat.st_nlink > 0 && path_of(fd, file->path);
    if (found && type == S_IFDIR)
        strcat(file->path, "/"); /* so that a root is under itself */
    found = found && watched(file->path);
    errno = saved;
    return found;
}

static bool locate(int fd, struct file *file) { return locate_type(fd, file, S_IFREG); }

/* The path of a name, links in its folder followed, the name itself not: that is what unlink and rename act on. */
static bool resolve(int folder, const char *path, char *out)
{
    int saved = errno;
    bool found = false;
    char copy[PATH_MAX];
    size_t length = strlen(path);
    *out = '\0';
    pthread_once(&once, start);
    if (root_count && length > 0 && length < sizeof copy) {
        memcpy(copy, path, length + 1);
        while (length > 1 && copy[length - 1] == '/')
            copy[--length] = '\0';
        char *slash = strrchr(copy, '/');
        const char *name = slash ? slash + 1 : copy;
        if (slash)
            *slash = '\0';
        const char *parent = !slash ? "." : *copy ? copy : "/";
        int fd = syscall(SYS_openat, folder, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0 && strlen(name) <= NAME_MAX && path_of(fd, out)) {
            strcat(strcat(out, "/"), name);
            found = watched(out);
        }
        if (fd >= 0)
            syscall(SYS_close, fd);
    }
    errno = saved;
    return found;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static int opened(int fd, int flags)
{
    struct file file;
    bool reads_only = (flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC));
    if (fd >= 0 && !reads_only && !(flags & O_PATH) && locate(fd, &file))
        note(flags & O_TRUNC ? EMPTIED : OPENED, &file, file.stat.st_size, file.path, NULL, 0, 0);
    return fd;
}

static mode_t mode_of(int flags, va_list rest)
{
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = mode_of(flags, rest); \
        va_end(rest); \
        return opened(REAL(name)(path, flags, mode), flags); \
    }
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) \
    { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = mode_of(flags, rest); \
        va_end(rest); \
        return opened(REAL(name)(folder, path, flags, mode), flags); \
    }
#define CREAT(name) \
    int name(const char *path, mode_t mode) { return opened(REAL(name)(path, mode), O_WRONLY | O_CREAT | O_TRUNC); }
/* What a program compiled with _FORTIFY_SOURCE calls when it gives no mode. */
#define CHECKED_OPEN(name) \
    int name(const char *path, int flags); \
    int name(const char *path, int flags) { return opened(REAL(name)(path, flags), flags); }
#define CHECKED_OPENAT(name) \
    int name(int folder, const char *path, int flags); \
    int name(int folder, const char *path, int flags) { return opened(REAL(name)(folder, path, flags), flags); }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
CREAT(creat)
CREAT(creat64)
CHECKED_OPEN(__open_2)
CHECKED_OPEN(__open64_2)
CHECKED_OPENAT(__openat_2)
CHECKED_OPENAT(__openat64_2)

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void note_write(const struct file *file, int64_t offset, const struct iovec *parts, int count, ssize_t size,
                       bool is_synced)
{
    note(WRITTEN, file, offset, file->path, parts, count, size);
    if (is_synced) {
        note(SYNC_BEGAN, file, 0, file->path, NULL, 0, 0);
        note(SYNCED, file, 0, file->path, NULL, 0, 0);
    }
}

/* A write at the descriptor's own position, which is known once the write moved it. */
static ssize_t stream(int fd, const struct iovec *parts, int count)
{
    struct file file;
    if (fd == 1 && count > 0 && parts->iov_len > 4 && !memcmp(parts->iov_base, "ACK ", 4)) {
        pthread_once(&once, start);
        if (root_count)
            note(ACKED, NULL, 0, NULL, parts, 1, parts->iov_len);
    }
    if (!locate(fd, &file))
        return REAL(writev)(fd, parts, count);
    count = count < MOST_PARTS ? count : MOST_PARTS;
    lock_stream(); /* else the position could already be another thread's */
    ssize_t done = REAL(writev)(fd, parts, count);
    if (done > 0)
        note_write(&file, lseek64(fd, 0, SEEK_CUR) - done, parts, count, done, fcntl(fd, F_GETFL) & O_DSYNC);
    unlock_stream();
    return done;
}

static ssize_t at(int fd, const struct iovec *parts, int count, off64_t offset, int flags)
{
    struct file file;
    if (!locate(fd, &file))
        return REAL(pwritev64v2)(fd, parts, count, offset, flags);
    count = count < MOST_PARTS ? count : MOST_PARTS;
    ssize_t done = REAL(pwritev64v2)(fd, parts, count, offset, flags);
    if (done > 0) {
        int status = fcntl(fd, F_GETFL);
        if (status & O_APPEND && !fstat(fd, &file.stat)) /* Linux appends then, whatever the offset says */
            offset = file.stat.st_size - done;
        note_write(&file, offset, parts, count, done, status & O_DSYNC || flags & RWF_DSYNC);
    }
    return done;
}

ssize_t write(int fd, const void *data, size_t size)
{
    struct iovec part = {(void *)data, size};
    return stream(fd, &part, 1);
}

ssize_t writev(int fd, const struct iovec *parts, int count) { return stream(fd, parts, count); }

#define PWRITE(name, offset_type) \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) \
    { \
        struct iovec part = {(void *)data, size}; \
        return offset < 0 ? (errno = EINVAL, -1) : at(fd, &part, 1, offset, 0); \
    }
#define PWRITEV(name, offset_type) \
    ssize_t name(int fd, const struct iovec *parts, int count, offset_type offset) \
    { \
        return offset < 0 ? (errno = EINVAL, -1) : at(fd, parts, count, offset, 0); \
    }
#define PWRITEV2(name, offset_type) \
    ssize_t name(int fd, const struct iovec *parts, int count, offset_type offset, int flags) \
    { \
        return offset == -1 && !flags ? stream(fd, parts, count) : at(fd, parts, count, offset, flags); \
    }

PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)
PWRITEV2(pwritev2, off_t)
PWRITEV2(pwritev64v2, off64_t)

/* Copies inside the kernel show us no bytes. Refused as by an older kernel, callers read and write instead. */
#define SENDFILE(name, offset_type) \
    ssize_t name(int out, int in, offset_type *offset, size_t size) \
    { \
        struct file file; \
        return locate(out, &file) ? (errno = EINVAL, -1) : REAL(name)(out, in, offset, size); \
    }

SENDFILE(sendfile, off_t)
SENDFILE(sendfile64, off64_t)

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags)
{
    struct file file;
    return locate(out, &file) ? (errno = EXDEV, -1) : REAL(copy_file_range)(in, from, out, to, size, flags);
}

ssize_t splice(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags)
{
    struct file file;
    return locate(out, &file) ? (errno = EINVAL, -1) : REAL(splice)(in, from, out, to, size, flags);
}

/* ---- sizes and syncs -------------------------------------------------------------------------------------------- */

static void note_size(int fd)
{
    struct file file;
    if (locate(fd, &file))
        note(RESIZED, &file, file.stat.st_size, file.path, NULL, 0, 0);
}

#define FTRUNCATE(name, size_type) \
    int name(int fd, size_type size) \
    { \
        int result = REAL(name)(fd, size); \
        if (!result) \
            note_size(fd); \
        return result; \
    }
#define TRUNCATE(name, size_type) \
    int name(const char *path, size_type size) \
    { \
        int fd = open64(path, O_WRONLY | O_CLOEXEC); \
        int result = fd < 0 ? -1 : ftruncate64(fd, size), saved = errno; \
        if (fd >= 0) \
            syscall(SYS_close, fd); \
        errno = saved; \
        return result; \
    }
#define POSIX_FALLOCATE(name, offset_type) \
    int name(int fd, offset_type offset, offset_type size) \
    { \
        int result = REAL(name)(fd, offset, size); \
        if (!result) \
            note_size(fd); \
        return result; \
    }
#define FALLOCATE(name, offset_type) \
    int name(int fd, int mode, offset_type offset, offset_type size) \
    { \
        struct file file; \
        if (mode & ~FALLOC_FL_KEEP_SIZE && locate(fd, &file)) { /* holes and the like are not modelled */ \
            errno = EOPNOTSUPP; \
            return -1; \
        } \
        int result = REAL(name)(fd, mode, offset, size); \
        if (!result && !mode) \
            note_size(fd); \
        return result; \
    }
#define SYNC(name) \
    int name(int fd) \
    { \
        struct file file; \
        bool found = locate(fd, &file) || locate_type(fd, &file, S_IFDIR); \
        if (found) \
            note(SYNC_BEGAN, &file, 0, file.path, NULL, 0, 0); \
        int result = REAL(name)(fd); \
        if (found && result) \
            note_failure(); \
        else if (found) \
            note(SYNCED, &file, 0, file.path, NULL, 0, 0); \
        return result; \
    }

FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)
TRUNCATE(truncate, off_t)
TRUNCATE(truncate64, off64_t)
POSIX_FALLOCATE(posix_fallocate, off_t)
POSIX_FALLOCATE(posix_fallocate64, off64_t)
FALLOCATE(fallocate, off_t)
FALLOCATE(fallocate64, off64_t)
SYNC(fsync)
SYNC(fdatasync)

/* ---- names ------------------------------------------------------------------------------------------------------ */

static int removed(int folder, const char *path, int flags)
{
    char full[LONGEST];
    bool found = resolve(folder, path, full);
    if (found)
        note_text(UNLINKED, full, "");
    int result = REAL(unlinkat)(folder, path, flags);
    if (found && result)
        note_failure();
    return result;
}

int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int folder, const char *path, int flags) { return removed(folder, path, flags); }

static int renamed(int old_folder, const char *old, int new_folder, const char *new, unsigned flags)
{
    char from[LONGEST], to[LONGEST];
    bool found = resolve(old_folder, old, from);
    found |= resolve(new_folder, new, to);
    if (found && flags & ~RENAME_NOREPLACE) { /* an exchange is not modelled */
        errno = EINVAL;
        return -1;
    }
    if (found)
        note_text(RENAMED, from, to);
    int result = REAL(renameat2)(old_folder, old, new_folder, new, flags);
    if (found && result)
        note_failure();
    return result;
}

int rename(const char *old, const char *new) { return renamed(AT_FDCWD, old, AT_FDCWD, new, 0); }

int renameat(int old_folder, const char *old, int new_folder, const char *new)
{
    return renamed(old_folder, old, new_folder, new, 0);
}

int renameat2(int old_folder, const char *old, int new_folder, const char *new, unsigned flags)
{
    return renamed(old_folder, old, new_folder, new, flags);
}

int linkat(int old_folder, const char *old, int new_folder, const char *new, int flags)
{
    char from[LONGEST], to[LONGEST];
    bool found = resolve(old_folder, old, from);
    found |= resolve(new_folder, new, to);
    int result = REAL(linkat)(old_folder, old, new_folder, new, flags);
    if (found && !result)
        note_text(LINKED, from, to);
    return result;
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int mkdirat(int folder, const char *path, mode_t mode)
{
    struct file file;
    bool found = resolve(folder, path, file.path);
    int result = REAL(mkdirat)(folder, path, mode);
    if (found && !result && !stat(file.path, &file.stat))
        note(FOLDER, &file, 0, file.path, NULL, 0, 0);
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

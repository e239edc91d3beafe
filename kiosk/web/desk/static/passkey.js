// Passkeys: what the server asks goes to the browser, its answer goes back in the form that stands there.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function create(asked) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        user: { ...asked.user, id: bytes(asked.user.id) },
        excludeCredentials: named(asked.excludeCredentials),
      },
    });
    const { attestationObject, clientDataJSON } = made.response;
    return {
      response: {
        attestationObject: text(attestationObject),
        clientDataJSON: text(clientDataJSON),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
      extensions: JSON.stringify(made.getClientExtensionResults()),
      ...identity(made),
    };
  }
  async function get(asked) {
    const found = await navigator.credentials.get({
      publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) },
    });
    const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
    return {
      response: {
        authenticatorData: text(authenticatorData),
        clientDataJSON: text(clientDataJSON),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
      ...identity(found),
    };
  }
  const identity = (found) => ({ id: found.id, rawId: text(found.rawId), type: found.type });

  const act = form.dataset.passkey === "create" ? create : get;
  act(JSON.parse(form.dataset.options)).then(
    (answer) => {
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    },
    () => {
      form.querySelector("[data-failed]").hidden = false;
      form.querySelector("[role=status]").hidden = true;
    },
  );
})();

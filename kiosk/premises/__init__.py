"""The premises: whose own a spot is and on which days it is lent, things with who has them, registered offices."""

//! Character, memory and history to a token-budgeted prompt; chat templates.

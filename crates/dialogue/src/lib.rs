//! The conductor: a pure step function and the shell that runs its effects.

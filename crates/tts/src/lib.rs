//! Lines to PCM and visemes: espeak-ng and Piper voices.

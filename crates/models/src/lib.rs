//! Catalogue of models, verified resumable downloads, imports.

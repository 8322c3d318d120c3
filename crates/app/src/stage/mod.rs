//! What is seen and heard round the character: scenes, pictures of them, music, ambience and effects, and the person's own of all these.
//! The page draws it (`ui/src/scenes`, `ui/src/lib/stage`).
//!
//! Begin with `directions`: what a model is told that it may do to the stage.

pub(crate) mod directions;
pub(crate) mod own_scenery;
pub(crate) mod painter;
pub(crate) mod scene_pictures;
pub(crate) mod sounds;

//! Models: what there is, whether it fits this machine, fetched, loaded behind the open window, and what stands round the one that
//! writes (adapters, the guard, a server in its place).
//!
//! Begin with `loading` for what happens when a model is chosen, with `downloads` for how one gets here.

pub(crate) mod adapters;
pub(crate) mod compute_devices;
pub(crate) mod downloads;
pub(crate) mod fit;
pub(crate) mod guard;
pub(crate) mod loading;
pub(crate) mod plan;
pub(crate) mod remote_model;
pub(crate) mod repositories;
pub(crate) mod request;
pub(crate) mod writer;

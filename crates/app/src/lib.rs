//! Builds the product from the rooms behind one typed API.

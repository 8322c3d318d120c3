//! Helpers of the journeys.

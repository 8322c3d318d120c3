//! Fakes of every port and a virtual clock, for tests.

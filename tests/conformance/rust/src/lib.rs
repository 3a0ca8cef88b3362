//! Empty: the package exists to build the dependencies of the guests in the folder above.

//! What the guests of the folder above may use, built once; nothing else.

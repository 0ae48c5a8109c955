//! What an attacker tries, by the number of the case.
mod documents;
mod sockets;
mod tls;
mod transport;

package dev.sallyport.lab.bench;

import dev.sallyport.ftp.Endpoint;

/** Whom the load client calls, and how. */
record Target(Endpoint endpoint, Security security) {}

/**
 * TLS of control and data connections: whom the gateway proves to be, whom it takes servers for, and that the data connections
 * of an FTP session resume the TLS session of its control connection. Knows nothing of FTP. May depend on nothing of ours.
 */
@NullMarked
package dev.sallyport.tls;

import org.jspecify.annotations.NullMarked;

/**
 * The data path in user space: a listener for each data port in use, and two channels for each data connection. Needs no
 * privilege.
 */
@NullMarked
package dev.sallyport.datapath.relay;

import org.jspecify.annotations.NullMarked;

/**
 * What a gateway is tried out with when there is no real world around it: the engine offline, driven by what a file or a
 * test says instead of by sockets, and an FTP server of our own. May depend on every package but {@code config} and
 * {@code cli}.
 */
@NullMarked
package dev.sallyport.lab;

import org.jspecify.annotations.NullMarked;

/**
 * What a gateway is tried out with when there is no real world around it: an FTP server of our own, and later the engine
 * offline. May depend on every package but {@code config} and {@code cli}.
 */
@NullMarked
package dev.sallyport.lab;

import org.jspecify.annotations.NullMarked;

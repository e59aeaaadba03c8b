/**
 * Captures before the engine: what a gateway would have made of the control sessions in them, and whether their data connections
 * fit the pinholes that would have opened. May depend on {@code lab}, {@code capture}, {@code session}, {@code rules} and
 * {@code ftp}.
 */
@NullMarked
package dev.sallyport.lab.replay;

import org.jspecify.annotations.NullMarked;

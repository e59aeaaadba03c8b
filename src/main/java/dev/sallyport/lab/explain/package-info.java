/**
 * One command before the engine: what a gateway would do about it, and what it would tell to whom. May depend on {@code lab},
 * {@code session}, {@code rules} and {@code ftp}.
 */
@NullMarked
package dev.sallyport.lab.explain;

import org.jspecify.annotations.NullMarked;

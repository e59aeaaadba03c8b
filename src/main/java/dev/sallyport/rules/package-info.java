/**
 * What is allowed: the checks of conduct and their levels. Pure: no I/O, no clock. Depends on {@code ftp} alone.
 */
@NullMarked
package dev.sallyport.rules;

import org.jspecify.annotations.NullMarked;

/** What each RFC demands of the engine and the parsers: a class for each RFC, a test for each claim, named by its section. */
@NullMarked
package dev.sallyport.rfc;

import org.jspecify.annotations.NullMarked;

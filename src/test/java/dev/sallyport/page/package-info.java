/** The live page in a real browser. */
@NullMarked
package dev.sallyport.page;

import org.jspecify.annotations.NullMarked;

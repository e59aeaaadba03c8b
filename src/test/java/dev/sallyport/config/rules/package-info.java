/** Rule sets as people write them, well and badly. */
@NullMarked
package dev.sallyport.config.rules;

import org.jspecify.annotations.NullMarked;

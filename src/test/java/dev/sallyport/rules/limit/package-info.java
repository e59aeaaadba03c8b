/** Tests of the limits that outlive sessions. */
@NullMarked
package dev.sallyport.rules.limit;

import org.jspecify.annotations.NullMarked;

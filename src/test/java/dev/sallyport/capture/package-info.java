@NullMarked
package dev.sallyport.capture;

import org.jspecify.annotations.NullMarked;

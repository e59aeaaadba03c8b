@NullMarked
package dev.sallyport.tls;

import org.jspecify.annotations.NullMarked;

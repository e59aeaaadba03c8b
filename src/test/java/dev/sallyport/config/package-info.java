/** Tests of the configuration. */
@NullMarked
package dev.sallyport.config;

import org.jspecify.annotations.NullMarked;

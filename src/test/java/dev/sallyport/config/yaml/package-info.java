/** What the tests of several kinds of files share. */
@NullMarked
package dev.sallyport.config.yaml;

import org.jspecify.annotations.NullMarked;

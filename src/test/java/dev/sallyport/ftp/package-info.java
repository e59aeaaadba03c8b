/** Tests of the syntax of the control connection. */
@NullMarked
package dev.sallyport.ftp;

import org.jspecify.annotations.NullMarked;

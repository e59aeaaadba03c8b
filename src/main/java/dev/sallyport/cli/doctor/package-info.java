/** {@code sallyport doctor}: what this host lacks. Each check reads the host in one place and judges in another. */
@NullMarked
package dev.sallyport.cli.doctor;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.sallyport.admin.http;

import org.jspecify.annotations.NullMarked;

/**
 * Reading YAML as a person wrote it: sections and forms that know where each value stands, and mistakes that say where,
 * what, and how to mend it. Knows nothing of what the files are about; depends on the YAML parser alone.
 */
@NullMarked
package dev.sallyport.config.yaml;

import org.jspecify.annotations.NullMarked;

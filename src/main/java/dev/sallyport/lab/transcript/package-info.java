/**
 * Transcripts: conversations as text files, what goes in and what comes out, to test the engine, to test rules, and to
 * report bugs. Pure, but for the suite that reads them from a folder. May depend on {@code lab}, {@code session} and {@code ftp}.
 */
@NullMarked
package dev.sallyport.lab.transcript;

import org.jspecify.annotations.NullMarked;

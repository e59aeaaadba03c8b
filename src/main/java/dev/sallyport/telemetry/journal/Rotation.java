package dev.sallyport.telemetry.journal;

/**
 * When the log begins a new file. The one before becomes FILE.1, that FILE.2 and so on.
 *
 * @param mostBytes a file that would be larger than this; 0: whatever its size
 * @param daily with the first line of a day
 * @param keep how many files are kept besides the current one, 1 or more
 */
public record Rotation(long mostBytes, boolean daily, int keep) {

    public static final Rotation DEFAULT = new Rotation(100L << 20, false, 10);
}

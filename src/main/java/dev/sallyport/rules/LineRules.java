package dev.sallyport.rules;

/**
 * What the checks of a client's lines measure by.
 *
 * @param argumentBytes longest argument of a command that takes a path, 1 to 65,536
 * @param linesPerSecond most lines of a client in one second, 1 to 1,000,000
 */
public record LineRules(int argumentBytes, int linesPerSecond) {

    public static final LineRules DEFAULT = new LineRules(1024, 20_000);

    public LineRules {
        if (argumentBytes < 1 || argumentBytes > 65_536 || linesPerSecond < 1 || linesPerSecond > 1_000_000) {
            throw new IllegalArgumentException(argumentBytes + " bytes, " + linesPerSecond + " lines");
        }
    }
}

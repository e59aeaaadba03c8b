package dev.sallyport.cli;

/** Times and sizes for people: short, with their unit. */
final class Amounts {

    private static final String SIZES = "BKMGTPE";

    private Amounts() {}

    /** {@code 7s}, {@code 3m20s}, {@code 5h07m}, {@code 12d03h}. */
    static String time(double seconds) {
        var whole = (long) seconds;
        if (whole < 60) {
            return whole + "s";
        }
        if (whole < 3600) {
            return "%dm%02ds".formatted(whole / 60, whole % 60);
        }
        return whole < 86_400
                ? "%dh%02dm".formatted(whole / 3600, whole % 3600 / 60)
                : "%dd%02dh".formatted(whole / 86_400, whole % 86_400 / 3600);
    }

    /** {@code 999B}, {@code 1.5K}, {@code 12.0G}, in powers of 1024. */
    static String bytes(long bytes) {
        var value = (double) bytes;
        var unit = 0;
        while (value >= 1024) {
            value /= 1024;
            unit++;
        }
        var tenths = Math.round(value * 10);
        return unit == 0 ? bytes + "B" : tenths / 10 + "." + tenths % 10 + SIZES.charAt(unit);
    }
}

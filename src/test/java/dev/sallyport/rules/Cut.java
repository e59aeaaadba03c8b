package dev.sallyport.rules;

/** Takes a fuzzer's input apart. */
final class Cut {

    private Cut() {}

    /** Where a byte first stands; behind the end when nowhere. */
    static int at(byte[] input, char end) {
        return at(input, 0, end);
    }

    /** The same, from an index on. */
    static int at(byte[] input, int from, char end) {
        var at = Math.min(from, input.length);
        while (at < input.length && input[at] != end) {
            at++;
        }
        return at;
    }
}

package dev.sallyport.lab.transcript;

import java.util.List;

/**
 * A conversation as a text file:
 *
 * <pre>
 * # Comments stand anywhere above an expectation.
 * foreign-address: refuse
 *
 * C: PASV
 * S: 227 Entering Passive Mode (10,0,0,1,195,80)
 * ----
 * to server: PASV
 * event: fault of the server, PASSIVE_ADDRESS_NOT_PEER: 227 Entering Passive Mode (10,0,0,1,195,80)
 * reply: 425 The server's passive reply names another host.
 * </pre>
 *
 * First come settings, one a line; {@link Settings} lists them. Then come blocks: what goes in, {@code ----}, and what comes
 * out, to the next empty line. Blocks follow each other in one session. See {@link Step} for what can go in.
 *
 * @param name the file's name, for messages
 * @param scenario what is given
 * @param head the text above the first block, as it stands
 * @param blocks the conversation
 * @param tail comments below the last block, as they stand
 */
public record Transcript(String name, Scenario scenario, List<String> head, List<Block> blocks, List<String> tail) {

    /**
     * @param line where the block begins in the file, from 1
     * @param source the text above {@code ----}, as it stands
     * @param steps what goes in
     * @param expected what comes out, line by line
     */
    public record Block(int line, List<String> source, List<Step> steps, List<String> expected) {

        /** Where the first of the expected lines stands in the file, from 1. */
        int expectedLine() {
            return line + source.size() + 1;
        }

        /** What goes in, as it stands, without empty lines and comments. */
        List<String> input() {
            return source.stream().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        }
    }

    /** The file's text with other expectations, one list for each block. */
    public String withExpectations(List<List<String>> outcomes) {
        var text = new StringBuilder();
        head.forEach(line -> text.append(line).append('\n'));
        for (var i = 0; i < blocks.size(); i++) {
            blocks.get(i).source().forEach(line -> text.append(line).append('\n'));
            text.append(TranscriptReader.DIVIDER).append('\n');
            outcomes.get(i).forEach(line -> text.append(line).append('\n'));
            if (i + 1 < blocks.size()) {
                text.append('\n');
            }
        }
        if (!tail.isEmpty()) {
            text.append('\n');
            tail.forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }
}

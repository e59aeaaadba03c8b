package dev.sallyport.telemetry.journal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether a log can be written somewhere. Looks and changes nothing. */
public final class LogPlace {

    /** Of a file that holds something else, which is not ours to move. */
    static final String NO_LOG = "what is there is no session log";

    /**
     * Why it cannot.
     *
     * @param said what is wrong, the end of a sentence
     * @param mend the line that mends it
     */
    public record Obstacle(String said, String mend) {}

    private LogPlace() {}

    /** What went wrong with it, in words; some exceptions name nothing but the file. */
    public static String said(IOException failed) {
        return switch (failed) {
            case NoSuchFileException absent -> absent.getFile() + " is not there";
            case AccessDeniedException denied -> denied.getFile() + " may not be written";
            default -> String.valueOf(failed.getMessage());
        };
    }

    /** @return null when this process can write it and put others in its place */
    public static @Nullable Obstacle obstacle(Path file) {
        var whole = file.toAbsolutePath();
        var folder = whole.getParent();
        var user = System.getProperty("user.name", "?");
        if (folder == null || Files.isDirectory(whole)) {
            return new Obstacle("it is a folder", "name a file in it, such as " + whole.resolve("sessions.json"));
        }
        if (!Files.isDirectory(folder)) {
            return new Obstacle("there is no folder " + folder, "install -d -m 750 -o " + user + " " + folder);
        }
        if (Files.exists(whole) && !Files.isWritable(whole)) {
            return new Obstacle("the user " + user + " may not write it", "chown " + user + " " + whole);
        }
        if (Files.isRegularFile(whole) && !mayBeLog(whole)) {
            return new Obstacle(NO_LOG, "mv " + whole + " " + whole + ".before");
        }
        // What is no file is neither made nor moved, such as /dev/stdout.
        return Files.isWritable(folder) || Files.exists(whole) && !Files.isRegularFile(whole)
                ? null
                : new Obstacle("the user " + user + " may not make files in " + folder, "chown " + user + " " + folder);
    }

    /** An empty one may. What cannot be read is found out when it is opened. */
    private static boolean mayBeLog(Path file) {
        try (var reader = Files.newInputStream(file)) {
            var first = reader.read();
            return first < 0 || Format.begins(first);
        } catch (IOException unreadable) {
            return true;
        }
    }
}

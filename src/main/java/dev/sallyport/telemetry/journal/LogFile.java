package dev.sallyport.telemetry.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of the log. What is there already is gone on with; another begins when this one is large or old enough, or when
 * somebody has moved it away and asks for that. It holds whole lines, also after the disk was full. For one thread.
 */
final class LogFile implements AutoCloseable {

    /** For its owner and its group, whatever the umask. */
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    private final Path path;
    private final Format.Lines lines;
    private final Rotation rotation;
    private final Clock clock;
    private @Nullable FileChannel channel;
    /** Not where the log goes to a terminal or a pipe. */
    private boolean regular;
    private @Nullable Object key;
    private long size;
    private LocalDate day = LocalDate.MIN;

    LogFile(Path path, Format.Lines lines, Rotation rotation, Clock clock) {
        this.path = path;
        this.lines = lines;
        this.rotation = rotation;
        this.clock = clock;
    }

    /** Opens it unless it is open. */
    void open() throws IOException {
        if (channel == null) {
            channel = opened();
            try {
                begin(channel);
            } catch (IOException failed) {
                close();
                throw failed;
            }
        }
    }

    private FileChannel opened() throws IOException {
        if (Files.isRegularFile(path) && Files.size(path) > 0 && read(0) != lines.first()) {
            if (!Format.begins(read(0))) {
                throw new IOException(LogPlace.NO_LOG + "; name another file, or move this one away");
            }
            // Of the other format: one file holds one.
            shift();
        }
        try {
            return created();
        } catch (FileAlreadyExistsException there) {
            return FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        }
    }

    /** Never open to more than its mode says, and to no fewer by a strict umask. */
    private FileChannel created() throws IOException {
        var created = FileChannel.open(
                path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(MODE));
        try {
            Files.setPosixFilePermissions(path, MODE);
            return created;
        } catch (IOException failed) {
            created.close();
            throw failed;
        }
    }

    private void begin(FileChannel file) throws IOException {
        regular = Files.isRegularFile(path);
        key = key();
        size = regular ? file.size() : 0;
        day = size == 0 ? today() : LocalDate.ofInstant(Files.getLastModifiedTime(path).toInstant(), clock.getZone());
        if (size == 0) {
            append(file, bytes(lines.head(now())));
        } else if (read(size - 1) != '\n') {
            // Somebody was stopped in the middle of a line.
            append(file, bytes("\n"));
        }
    }

    private int read(long at) throws IOException {
        try (var reader = Files.newByteChannel(path)) {
            var one = ByteBuffer.allocate(1);
            return reader.position(at).read(one) == 1 ? one.get(0) : -1;
        }
    }

    /** Writes whole lines, all or none of them. */
    void write(ByteBuffer whole) throws IOException {
        open();
        try {
            append(Objects.requireNonNull(channel), whole);
        } catch (IOException failed) {
            // Whatever is wrong with it, the next attempt opens it anew.
            close();
            throw failed;
        }
    }

    /** Begins another file if this one is to end before so much more. When that fails this one is gone on with. */
    void rotateBefore(int more) throws IOException {
        var file = channel;
        var full = rotation.mostBytes() > 0 && size + more > rotation.mostBytes();
        var old = rotation.daily() && today().isAfter(day);
        if (file != null && regular && size > lines.head(now()).length() && (full || old)) {
            // Somebody may have taken it away.
            if (Files.exists(path)) {
                shift();
            }
            end(file);
            open();
        }
    }

    /** Goes on with what has the file's name now: another, where somebody has moved this one away. */
    void reopen() throws IOException {
        var file = channel;
        if (file != null && regular) {
            if (Files.exists(path) && Objects.equals(key(), key)) {
                close();
            } else {
                end(file);
            }
        }
        open();
    }

    /** What tells a file from another of the same name. */
    private @Nullable Object key() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private void end(FileChannel file) throws IOException {
        try {
            append(file, bytes(lines.foot(now())));
        } finally {
            close();
        }
    }

    /** FILE becomes FILE.1, and that FILE.2; the last goes. */
    private void shift() throws IOException {
        Files.deleteIfExists(numbered(rotation.keep()));
        for (var number = rotation.keep() - 1; number > 0; number--) {
            if (Files.exists(numbered(number))) {
                Files.move(numbered(number), numbered(number + 1), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Files.move(path, numbered(1), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void append(FileChannel file, ByteBuffer whole) throws IOException {
        var bytes = whole.remaining();
        try {
            while (whole.hasRemaining()) {
                file.write(whole);
            }
            size += bytes;
        } catch (IOException failed) {
            if (regular && whole.remaining() < bytes) {
                file.truncate(size);
            }
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        var file = channel;
        channel = null;
        if (file != null) {
            file.close();
        }
    }

    private ZonedDateTime now() {
        return ZonedDateTime.now(clock);
    }

    private LocalDate today() {
        return LocalDate.now(clock);
    }

    private static ByteBuffer bytes(String text) {
        return US_ASCII.encode(text);
    }
}

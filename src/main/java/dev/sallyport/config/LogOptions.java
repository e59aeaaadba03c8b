package dev.sallyport.config;

import dev.sallyport.config.yaml.Form;
import dev.sallyport.config.yaml.Located;
import dev.sallyport.config.yaml.Section;
import dev.sallyport.telemetry.journal.Format;
import dev.sallyport.telemetry.journal.Journal;
import dev.sallyport.telemetry.journal.Rotation;
import dev.sallyport.telemetry.journal.Told;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The session log.
 *
 * @param file null: none is written
 * @param told what it names
 */
public record LogOptions(@Nullable Path file, Format format, Rotation rotation, Set<Told> told) {

    public static final LogOptions NONE = new LogOptions(null, Format.JSON, Rotation.DEFAULT, EnumSet.allOf(Told.class));

    public static final Form<Format> FORMAT = Form.oneOf(Format.class);

    public LogOptions {
        told = Set.copyOf(told);
    }

    /** @param file the configuration file: the path is relative to it */
    static LogOptions read(Section section, Path file) {
        var log = section.optional("file", Forms.LOG_FILE);
        var format = section.value("format", FORMAT, NONE.format);
        var rotate = section.section("rotate");
        var rotation = new Rotation(
                rotate.value("size", Form.wordOr("none", 0L, Form.bytes()), Rotation.DEFAULT.mostBytes()),
                rotate.value("daily", Form.yesOrNo(), Rotation.DEFAULT.daily()),
                rotate.value("keep", Form.integer(1, 1_000), Rotation.DEFAULT.keep()));
        rotate.end();
        var named = section.anyNumber("tells", Form.oneOf(Told.class)).stream().map(Located::value).collect(Collectors.toSet());
        var told = section.has("tells") ? named : NONE.told;
        section.end();
        return new LogOptions(log == null ? null : file.resolveSibling(log.value()), format, rotation, told);
    }

    /** What the command line says instead. @param otherFile null for none @param otherFormat null for none */
    public LogOptions with(@Nullable Path otherFile, @Nullable Format otherFormat) {
        return new LogOptions(otherFile == null ? file : otherFile, otherFormat == null ? format : otherFormat, rotation, told);
    }

    /** Null when none is to be written. */
    public Journal.@Nullable Settings settings() {
        return file == null ? null : new Journal.Settings(file, format, rotation, told);
    }
}

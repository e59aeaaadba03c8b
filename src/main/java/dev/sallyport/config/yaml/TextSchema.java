package dev.sallyport.config.yaml;

import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Every value is text, but one that is not there: what the text means, its {@link Form} says. YAML 1.2.2, section 10.1. */
final class TextSchema extends FailsafeSchema {

    @Override
    public ScalarResolver getScalarResolver() {
        return (value, plain) -> plain && (value.isEmpty() || value.equals("null")) ? Tag.NULL : Tag.STR;
    }
}

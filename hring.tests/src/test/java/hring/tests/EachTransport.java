package hring.tests;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that run over each transport of hring's. */
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = RingKind.class,
    names = {"URING", "SHM"})
abstract class EachTransport extends OverRingKinds {}

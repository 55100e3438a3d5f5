package hring.tests;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that run over each transport of hring's, with messages in blocks and in packs. */
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = RingKind.class,
    names = {"URING", "SHM", "URING_SMALL", "SHM_SMALL"})
abstract class EachKind extends OverRingKinds {}

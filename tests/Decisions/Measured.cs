namespace Mail.Tests.Decisions;

/// <summary>Times are measured while no other tests run.</summary>
[CollectionDefinition(nameof(Measured), DisableParallelization = true)]
public sealed class Measured;

namespace PostgresScheduler;

internal static class DueTime
{
    /// <summary>MassTransit's times are UTC where they don't say otherwise.</summary>
    internal static DateTimeOffset From(DateTime scheduledTime) =>
        new(scheduledTime.Kind == DateTimeKind.Local
            ? scheduledTime.ToUniversalTime()
            : DateTime.SpecifyKind(scheduledTime, DateTimeKind.Utc));
}

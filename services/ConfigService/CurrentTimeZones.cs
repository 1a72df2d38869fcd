using Mail.ConfigService.Problems;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService;

/// <summary>The time zones that local times are resolved by, where no other service has later ones.</summary>
internal sealed class CurrentTimeZones(TimeZones zones, TimeZoneVersions versions)
{
    /// <summary>The zones.</summary>
    internal TimeZones Zones => zones;

    /// <summary>Refuses to resolve local times where another service has used later zones.</summary>
    /// <exception cref="ProblemException">It has.</exception>
    internal async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await versions.AreLatestAsync(connection, cancellationToken))
            throw new ProblemException(ProblemCodes.TimeZonesOutdated);
    }
}

using Mail.Store;

namespace Mail.Hosting;

/// <summary>Which time zones a service goes by: those that it came with, or those of <c>TZDB_FILE</c>.</summary>
public static class TimeZonesSetting
{
    private const string Variable = "TZDB_FILE";

    /// <summary>Adds them.</summary>
    /// <exception cref="SettingException">The file can't be used.</exception>
    public static void AddTimeZones(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(From(builder.Configuration));
        builder.Services.AddSingleton<TimeZoneVersions>();
    }

    private static TimeZones From(ConfigurationManager configuration)
    {
        if (configuration[Variable] is not { Length: > 0 } path)
            return TimeZones.BuiltIn;
        try
        {
            return TimeZones.Load(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SettingException(
                $"{Variable} is \"{path}\", which can't be used: {exception.Message} Set the path of an .nzd file of NodaTime's, or leave "
                + "it out for the time zones that the service came with.",
                exception);
        }
    }
}

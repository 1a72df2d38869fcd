namespace Mail.Tests.Fixtures;

/// <summary>Chromium from the distribution's package.</summary>
public static class BrowserProgram
{
    /// <summary>Its path; installed first where there is none.</summary>
    public static async Task<string> FindAsync() => (await NativeScript.BashAsync(NativeScript.PathOf("browser.sh"))).Split('\n')[^1];
}

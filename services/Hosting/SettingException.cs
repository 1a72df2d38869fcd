namespace Mail.Hosting;

/// <summary>A setting that a service can't start with. Its message names the variable, and says what to do.</summary>
public sealed class SettingException : Exception
{
    /// <param name="message">One line, which begins with the variable's name.</param>
    /// <param name="inner">What it was noticed by, where that says more.</param>
    public SettingException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

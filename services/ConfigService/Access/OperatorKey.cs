namespace Mail.ConfigService.Access;

/// <summary>The operator's key, from the environment variable <c>API_KEY</c>; only its hash is kept.</summary>
internal sealed class OperatorKey
{
    private const int LeastCharacters = 20;
    private const string ForDevelopment = "local-development-key";

    private readonly string _hash;

    internal OperatorKey(IConfiguration configuration, IHostEnvironment environment)
    {
        var key = configuration["API_KEY"];
        if (string.IsNullOrEmpty(key) && environment.IsDevelopment())
            key = ForDevelopment;
        if (string.IsNullOrEmpty(key) || key.Length < LeastCharacters)
            throw new InvalidOperationException($"API_KEY {(string.IsNullOrEmpty(key) ? "is not set" : "is too short")}: set it to a random secret of at least {LeastCharacters} characters, for example from \"openssl rand -hex 32\".");
        _hash = Secrets.Hash(key);
    }

    internal bool Is(string hash) => Secrets.Same(_hash, hash);
}

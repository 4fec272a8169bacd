// Identity providers for tests, in FranceConnect's shape: npm's oidc-provider, one instance a test, all on one loopback port.
//
//   POST /control/issuers          {name, client, public_key?, ...}  makes one, at /NAME/api/v2
//   POST /control/issuers/NAME     {…}                               changes how it behaves from now on
//   GET  /control/ready            answers when it is up
//
// How one behaves: `acr` (the level it vouches for), `refuse` (the person says no), `account`, `stall` and `html` (names of
// routes that hang, or answer a page), `rotate` (new signing keys), `forge` (publishes other keys under the same names).
// To add a person: a line in PEOPLE. To add a misbehaviour: a field of `state`, its line in `misbehave`.

import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';

const PEOPLE = {
  angela: {
    given_name: 'Angela Claire Louise', given_name_array: ['Angela', 'Claire', 'Louise'], family_name: 'DUBOIS',
    birthdate: '1962-08-24', gender: 'female', birthplace: '75107', birthcountry: '99100',
    email: 'angela.dubois@courriel.example', preferred_username: '',
  },
  // Only the year is known; born abroad.
  ahmed: {
    given_name: 'Ahmed Idris', given_name_array: ['Ahmed', 'Idris'], family_name: 'OSMAN', birthdate: '1991-00-00',
    gender: 'male', birthplace: '', birthcountry: '99343',
  },
  // The day is unknown.
  samira: {
    given_name: 'Samira', given_name_array: ['Samira'], family_name: 'ALI', birthdate: '1984-05-00',
    gender: 'unspecified', birthplace: '', birthcountry: '99212',
  },
};
const MIN_NONCE = 22;
const issuers = new Map();
let origin;

const signingKeys = () => ['ec', 'rsa'].map((kind) => {
  const options = kind === 'ec' ? { namedCurve: 'P-256' } : { modulusLength: 2048 };
  const jwk = generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' });
  return { ...jwk, use: 'sig', alg: kind === 'ec' ? 'ES256' : 'RS256', kid: `${kind}-${randomBytes(6).toString('hex')}` };
});

function provider(asked, keys, state) {
  const { client } = asked;
  const made = new Provider(`${origin}/${asked.name}/api/v2`, {
    clients: [{ token_endpoint_auth_method: 'client_secret_post', subject_type: 'pairwise', ...client }],
    jwks: { keys },
    acrValues: ['eidas1', 'eidas2', 'eidas3'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, account) => `${Buffer.from(`${asked.name}:${account}`).toString('hex')}v1`,
    conformIdTokenClaims: true,
    scopes: ['openid'],
    claims: {
      acr: null, auth_time: null, iss: null, sid: null, openid: ['sub'],
      identite_pivot: ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'],
      email: ['email'], preferred_username: ['preferred_username'],
    },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      userinfoSigningAlgValues: ['ES256', 'RS256'],
      idTokenEncryptionAlgValues: ['ECDH-ES', 'ECDH-ES+A256KW', 'RSA-OAEP-256'],
      idTokenEncryptionEncValues: ['A256GCM', 'A128CBC-HS256'],
      userinfoEncryptionAlgValues: ['ECDH-ES', 'ECDH-ES+A256KW', 'RSA-OAEP-256'],
      userinfoEncryptionEncValues: ['A256GCM', 'A128CBC-HS256'],
    },
    features: {
      devInteractions: { enabled: false },
      jwtUserinfo: { enabled: true },
      encryption: { enabled: true },
      claimsParameter: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          // A person who presses "yes": the page's form, sent at once.
          ctx.body = `<!DOCTYPE html><title>Sortir</title>${form}`;
        },
      },
    },
    pkce: { required: () => false },
    routes: {
      authorization: '/authorize', token: '/token', userinfo: '/userinfo', jwks: '/jwks', end_session: '/session/end',
    },
    interactions: { url: (_ctx, interaction) => `/${asked.name}/api/v2/interaction/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {
      const { oidc } = ctx;
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
      await grant.save();
      return grant;
    },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    ttl: {
      AuthorizationCode: asked.code_seconds ?? 30, AccessToken: 60, IdToken: 60, Interaction: 600, Session: 3600, Grant: 3600,
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = `<!DOCTYPE html><title>Erreur</title><p>Y030007</p><p>${out.error}</p>`;
    },
  });
  made.proxy = false;
  return { made, asked, keys, state };
}

async function person(issuer, request, response) {
  const { made, state } = issuer;
  const details = await made.interactionDetails(request, response);
  const hint = details.params.login_hint;
  const account = state.account ?? (PEOPLE[hint] ? hint : 'angela');
  const result = state.refuse
    ? { error: 'access_denied', error_description: 'User auth aborted' }
    : { login: { accountId: account, acr: state.acr ?? details.params.acr_values, remember: true } };
  await made.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const page = (response, status, text) => {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!DOCTYPE html><title>Erreur</title><p>${text}</p>`);
};

// True when it has answered, or never will.
function misbehave({ state, keys }, path, url, response) {
  const route = path.split('/').pop();
  if (state.stall?.includes(route)) return true;
  if (state.html?.includes(route)) {
    page(response, 200, 'Maintenance');
    return true;
  }
  if (path === '/authorize') {
    const nonce = url.searchParams.get('nonce') ?? '';
    if (nonce.length < MIN_NONCE || url.searchParams.has('code_challenge') || !url.searchParams.get('acr_values')) {
      page(response, 400, 'Y030007');
      return true;
    }
  }
  if (path === '/jwks' && state.forge) {
    const strangers = signingKeys().map(({ kty, crv, x, y, n, e, use, alg }) => {
      const { kid } = keys.find((key) => key.alg === alg);
      return { kty, crv, x, y, n, e, use, alg, kid };
    });
    response.writeHead(200, { 'content-type': 'application/jwk-set+json' });
    response.end(JSON.stringify({ keys: strangers }));
    return true;
  }
  return false;
}

async function control(name, body) {
  if (!name) {
    const state = body.state ?? {};
    issuers.set(body.name, provider(body, signingKeys(), state));
    return { issuer: `${origin}/${body.name}/api/v2` };
  }
  const issuer = issuers.get(name);
  Object.assign(issuer.state, body);
  if (body.rotate) {
    // Codes and sessions are kept beside the instances: they outlive this.
    issuers.set(name, provider(issuer.asked, signingKeys(), issuer.state));
  }
  return {};
}

async function handle(request, response) {
  const url = new URL(request.url, origin);
  const [, first, ...rest] = url.pathname.split('/');
  if (first === 'control') {
    let text = '';
    for await (const piece of request) text += piece;
    const answer = rest[0] === 'ready' ? {} : await control(rest[1], JSON.parse(text));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
    return;
  }
  const issuer = issuers.get(first);
  if (!issuer || rest[0] !== 'api' || rest[1] !== 'v2') {
    page(response, 404, 'inconnu');
    return;
  }
  const path = `/${rest.slice(2).join('/')}`;
  if (misbehave(issuer, path, url, response)) return;
  request.originalUrl = request.url;
  request.url = `${path}${url.search}`;
  if (path.startsWith('/interaction/')) {
    await person(issuer, request, response);
    return;
  }
  issuer.made.callback()(request, response);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    page(response, 500, 'Erreur');
  });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  origin = `http://127.0.0.1:${server.address().port}`;
  console.log(origin);
});

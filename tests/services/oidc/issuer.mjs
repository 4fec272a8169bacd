// Identity providers for tests, in FranceConnect's shape or ProConnect's: npm's oidc-provider, one instance a test, all on one
// loopback port.
//
//   POST /control/issuers          {name, shape, client, ...}  makes one, at /NAME/api/v2
//   POST /control/issuers/NAME     {…}                         changes how it behaves from now on
//   GET  /control/ready            answers when it is up
//
// How one behaves: `acr` (the level it vouches for), `refuse` (the person says no), `account`, `sub` (everybody's subject), `stall`
// and `html` (names of routes that hang, or answer a page), `rotate` (new signing keys), `forge` (publishes other keys under the same
// names), `lie` ({id_token or userinfo: {claim: value, or null for none}}: signs other claims).
// To add a person: a line in HOLDERS or PROFESSIONALS. To add a misbehaviour: a field of `state`, its line in `misbehave`.

import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const HOLDERS = {
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
const PROFESSIONALS = {
  nadia: {
    given_name: 'Nadia', usual_name: 'BENALI', email: 'nadia.benali@ccas-valserin.example', uid: 'valserin-nadia',
    siret: '00000101600013',
  },
  claire: {
    given_name: 'Claire', usual_name: 'MOREL', email: 'claire.morel@ccas-valserin.example', uid: 'valserin-claire',
    siret: '00000101600013',
  },
};

// What ProConnect documents; it refuses anything else.
const DOCUMENTED = [
  'acr_values', 'claims', 'client_id', 'code_challenge', 'code_challenge_method', 'idp_hint', 'login_hint', 'nonce', 'prompt',
  'redirect_uri', 'response_type', 'scope', 'siret_hint', 'state',
];

// By what an issuer differs from the others: whom it knows, what its scopes give, how it names people, which requests it
// answers with an error page (its code), and whether it reads the parameter `claims`.
const SHAPES = {
  franceconnect: {
    people: HOLDERS,
    scopes: {
      identite_pivot: ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'],
      email: ['email'], preferred_username: ['preferred_username'],
    },
    subject: (name, account) => `${Buffer.from(`${name}:${account}`).toString('hex')}v1`,
    readsClaims: false,
    // PKCE is refused.
    wrong: (asked) => ((asked.get('nonce') ?? '').length < 22 || asked.has('code_challenge') || !asked.get('acr_values')) && 'Y030007',
  },
  proconnect: {
    people: PROFESSIONALS,
    scopes: {
      given_name: ['given_name'], usual_name: ['usual_name'], email: ['email'], uid: ['uid'], siret: ['siret'],
    },
    subject: (name, account) => createHash('sha256').update(`${name}:${account}`).digest('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
    readsClaims: true,
    wrong: (asked) => (['nonce', 'state'].some((name) => (asked.get(name) ?? '').length < 32)
      || [...asked.keys()].some((name) => !DOCUMENTED.includes(name))) && 'Y000400',
  },
};
const issuers = new Map();
let origin;

const signingKeys = () => ['ec', 'rsa'].map((kind) => {
  const options = kind === 'ec' ? { namedCurve: 'P-256' } : { modulusLength: 2048 };
  const jwk = generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' });
  return { ...jwk, use: 'sig', alg: kind === 'ec' ? 'ES256' : 'RS256', kid: `${kind}-${randomBytes(6).toString('hex')}` };
});

// The same token with other claims, signed again by the key that signed it.
function altered(token, claims, keys) {
  const [header, payload] = token.split('.').map((part, at) => (at < 2 ? JSON.parse(Buffer.from(part, 'base64url')) : part));
  const told = Object.fromEntries(Object.entries({ ...payload, ...claims }).filter(([, value]) => value !== null));
  const parts = [header, told].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const key = { key: keys.find(({ kid }) => kid === header.kid), format: 'jwk', dsaEncoding: 'ieee-p1363' };
  return [...parts, sign('sha256', Buffer.from(parts.join('.')), key).toString('base64url')].join('.');
}

function provider(asked, keys, state) {
  const { client } = asked;
  const shape = SHAPES[asked.shape];
  const made = new Provider(`${origin}/${asked.name}/api/v2`, {
    clients: [{ token_endpoint_auth_method: 'client_secret_post', subject_type: 'pairwise', ...client }],
    jwks: { keys },
    acrValues: ['eidas1', 'eidas2', 'eidas3'],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, account) => state.sub ?? shape.subject(asked.name, account),
    conformIdTokenClaims: true,
    scopes: ['openid'],
    claims: {
      acr: null, auth_time: null, iss: null, sid: null, openid: ['sub'], ...shape.scopes,
    },
    // One browser may be signed in at several: they are on one host here, and have cookies of their own.
    cookies: {
      keys: [randomBytes(16).toString('hex')],
      names: { session: `${asked.name}_session`, interaction: `${asked.name}_interaction`, resume: `${asked.name}_resume` },
    },
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
      claimsParameter: { enabled: shape.readsClaims },
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
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...shape.people[id] }) }),
    ttl: {
      AuthorizationCode: asked.code_seconds ?? 30, AccessToken: 60, IdToken: 60, Interaction: 600, Session: 3600, Grant: 3600,
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = `<!DOCTYPE html><title>Erreur</title><p>Y030007</p><p>${out.error}</p>`;
    },
  });
  made.proxy = false;
  made.use(async (ctx, next) => {
    await next();
    const { id_token, userinfo } = state.lie ?? {};
    if (id_token && ctx.body?.id_token) ctx.body.id_token = altered(ctx.body.id_token, id_token, keys);
    if (userinfo && ctx.path === '/userinfo') ctx.body = altered(ctx.body, userinfo, keys);
  });
  return { made, asked, shape, keys, state };
}

async function person(issuer, request, response) {
  const { made, shape, state } = issuer;
  const details = await made.interactionDetails(request, response);
  const hint = details.params.login_hint;
  // Who is signed in there proves it again.
  const known = [state.account, shape.people[hint] && hint, details.session?.accountId, ...Object.keys(shape.people)];
  const account = known.find(Boolean);
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
function misbehave({ shape, state, keys }, path, url, response) {
  const route = path.split('/').pop();
  if (state.stall?.includes(route)) return true;
  if (state.html?.includes(route)) {
    page(response, 200, 'Maintenance');
    return true;
  }
  if (path === '/authorize') {
    const wrong = shape.wrong(url.searchParams);
    if (wrong) {
      page(response, 400, wrong);
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
